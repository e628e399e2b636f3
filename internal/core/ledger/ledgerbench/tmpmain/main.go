package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"dangol/internal/core/ledger/ledgerbench"
)

func main() {
	var o ledgerbench.Options
	names := flag.String("names", "", "")
	prof := flag.String("prof", "", "")
	flag.StringVar(&o.URL, "url", "", "")
	flag.StringVar(&o.Folder, "folder", "", "")
	flag.IntVar(&o.Size, "size", 0, "")
	flag.IntVar(&o.Callers, "callers", 0, "")
	flag.IntVar(&o.Pairs, "pairs", 0, "")
	flag.DurationVar(&o.Span, "span", 10*time.Second, "")
	flag.Parse()
	o.Seed = 1
	if *names != "" {
		o.Names = strings.Split(*names, ",")
	}
	if *prof != "" {
		f, _ := os.Create(*prof)
		_ = pprof.StartCPUProfile(f)
		defer pprof.StopCPUProfile()
	}
	if err := ledgerbench.Run(context.Background(), o, os.Stdout); err != nil {
		fmt.Println("ERR", err)
	}
}
