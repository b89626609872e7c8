// Runs without a page: shows what was pushed, and opens its link when it is pressed.

addEventListener("push", (event) => {
  const { title, body, link, tag } = event.data.json();
  // Stays until somebody looks; the same message again takes the place of the first, and is heard.
  const how = { body, tag, data: link, requireInteraction: true, renotify: true };
  event.waitUntil(self.registration.showNotification(title, how));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
