"""What every browser is told, each at its own pace."""
