package fleet

// RegisterCode is the try-th code of a device, so that a test can find two that meet.
func RegisterCode(device int64, try int) string { return registerCode(device, try) }
