"""The live view: messages to every connected page, each page at its own pace."""
