// Runs without a page: shows a pushed notice, and opens its link when it is pressed.

addEventListener("push", (event) => {
  const { title, body, link, tag } = event.data.json();
  // Stays until a person reacts; a repeated message replaces the first, and sounds again.
  const how = { body, tag, data: link, requireInteraction: true, renotify: true };
  event.waitUntil(self.registration.showNotification(title, how));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
