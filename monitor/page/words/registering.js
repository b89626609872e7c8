// The words of the form that registers a device. Pure.

export const DEVICE = {
  title: "New device",
  id: "Device id",
  kind: "Kind",
  user: "User",
  userHint: "Which of its users the patient is, if several share it.",
  model: "Model",
  modelHint: "As on its box. Some models need it.",
  add: "Add device",
  added: "is added. Write this down, it is not shown again.",
  topic: "Whoever sets it up needs these. It sends to the topic",
  mqttUser: "Its MQTT user is",
  mqttPassword: ", its password",
  noPassword: "It needs no password here: any device could send under this name.",
};
