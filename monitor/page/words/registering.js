// The words of the form that registers a device. Pure.

import { tr } from "./language.js";

export const DEVICE = {
  title: tr`New device`,
  id: tr`Device id`,
  kind: tr`Kind`,
  user: tr`User`,
  userHint: tr`Which of its users the patient is, if several share it.`,
  model: tr`Model`,
  modelHint: tr`As on its box. Some models need it.`,
  add: tr`Add device`,
  added: tr`is added. Write this down, it is not shown again.`,
  topic: tr`Whoever sets it up needs these. It sends to the topic`,
  mqttUser: tr`Its MQTT user is`,
  mqttPassword: tr`, its password`,
  noPassword: tr`It needs no password here: any device could send under this name.`,
};
