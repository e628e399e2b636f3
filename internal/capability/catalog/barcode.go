package catalog

// validBarcode says whether a barcode can be scanned as what it looks like. Eight, twelve or thirteen digits look like
// EAN-8, UPC-A and EAN-13: their last digit must check the others (GS1 General Specifications, §7.9), because a scanner
// drops a label whose check digit is wrong, and then the item is never found. A shop's own numbers are free in any
// other length, or with a letter.
func validBarcode(barcode string) bool {
	if barcode == "" || len(barcode) > maxBarcode {
		return false
	}
	digits := true
	for i := range len(barcode) {
		if barcode[i] <= ' ' || barcode[i] > '~' {
			return false
		}
		digits = digits && barcode[i] >= '0' && barcode[i] <= '9'
	}
	if digits && (len(barcode) == 8 || len(barcode) == 12 || len(barcode) == 13) {
		return CheckDigit(barcode[:len(barcode)-1]) == barcode[len(barcode)-1]
	}
	return true
}

// CheckDigit is the digit that completes the digits of a GTIN: from the right they weigh 3, 1, 3, 1 …, and the sum with
// the check digit is a multiple of ten (GS1 General Specifications, §7.9).
func CheckDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		value := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			value *= 3
		}
		sum += value
	}
	return byte('0' + (10-sum%10)%10)
}
