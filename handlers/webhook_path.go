package handlers

import "strings"

// webhooksRoot is where the paths of webhooks begin.
const webhooksRoot = "webhooks"

// isWebhook tells whether a path lies below webhooksRoot, as it is written or as it is meant. A mux would answer some
// of them with a redirect, which TextLink does not follow.
func isWebhook(path string) bool {
	written := pathParts(path)
	if len(written) > 0 && strings.EqualFold(written[0], webhooksRoot) {
		return true
	}
	meant := meantParts(written)
	return len(meant) > 0 && strings.EqualFold(meant[0], webhooksRoot)
}

// webhookPath returns what stands in a webhook's path below webhooksRoot: token and kind, or whatever else was written
// there.
func webhookPath(path string) []string {
	parts := meantParts(pathParts(path))
	if len(parts) > 0 && strings.EqualFold(parts[0], webhooksRoot) {
		parts = parts[1:]
	}
	return parts
}

// pathParts are the parts between slashes that say anything. What is copied often brings white space at its ends.
func pathParts(path string) (parts []string) {
	for part := range strings.SplitSeq(path, "/") {
		if part = strings.TrimSpace(part); part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	return parts
}

// meantParts resolves "..".
func meantParts(written []string) (meant []string) {
	for _, part := range written {
		switch {
		case part != "..":
			meant = append(meant, part)
		case len(meant) > 0:
			meant = meant[:len(meant)-1]
		}
	}
	return meant
}
