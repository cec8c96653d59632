package loader

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// readZip reads the files of an archive, each as a file of its own below the archive's name, in the order that they are
// listed. Files of kinds that are not read, and archives within the archive, are passed over as they are in a folder.
func (s *source) readZip(file *os.File, metered *meteredReader) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return err
	}
	known, taken, passed := formats(), 0, 0
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() || hidden(entry.Name) {
			continue
		}
		name, extension := splitExtension(strings.ToValidUTF8(entry.Name, "\ufffd"))
		if known[extension] == nil {
			passed++
			continue
		}
		taken++
		inner := &source{
			input:   input{path: s.path + "/" + entry.Name, id: s.id + "/" + cleanText(name), format: known[extension]},
			options: s.options, yield: s.yield,
		}
		content, err := entry.Open()
		if err == nil {
			err = inner.consume(&meteredReader{ctx: metered.ctx, reader: content, progress: &progress{}})
			content.Close()
		}
		metered.add(int64(entry.CompressedSize64))
		switch {
		case inner.stopped:
			s.stopped = true
			return nil
		case metered.ctx.Err() != nil:
			return metered.ctx.Err()
		case err != nil:
			if !s.reject(inner.place(), readableError(err)) {
				return nil
			}
		}
	}
	switch {
	case taken == 0: // nothing in it, or folders and hidden files alone
		s.reject(s.path, fmt.Sprintf("no file in the archive that load takes: %s", kinds))
	case passed > 0 && s.options.Note != nil:
		s.options.Note(s.path + ": " + passedOver(passed))
	}
	return nil
}

// hidden tells whether a path has a part that begins with a dot, or is what macOS puts beside the files.
func hidden(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, ".") && part != "." && part != ".." || part == "__MACOSX" {
			return true
		}
	}
	return false
}

// readableZipError says in the user's words what is wrong with an archive, or "".
func readableZipError(err error) string {
	switch err {
	case zip.ErrFormat:
		return "damaged: no list of files at the end of the archive"
	case zip.ErrAlgorithm:
		return "compressed or encrypted in a way that cannot be read: pack it anew with deflate and without a password"
	case zip.ErrChecksum:
		return "damaged: the checksum of the archive does not match"
	case zip.ErrInsecurePath, fs.ErrInvalid, io.ErrNoProgress:
		return "damaged archive"
	}
	return ""
}
