package main

import (
	"runtime"
	"syscall"
)

// Linux counts the end of the thread that started a process as the end of its parent, so everything is started from
// the main thread.
func init() { runtime.LockOSThread() }

// endWithParent has the kernel send the signal to a started process when withpg itself is killed.
func endWithParent(signal syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: signal}
}
