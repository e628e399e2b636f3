//go:build !linux

package main

import "syscall"

// endWithParent can't be had outside Linux: a withpg that is killed there leaves its server running.
func endWithParent(syscall.Signal) *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
