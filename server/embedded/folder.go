package embedded

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrInUse says that another process serves from the folder.
var ErrInUse = errors.New("in use by another jari")

// lockFolder creates the folder and keeps other processes out of it until unlock is called or this process ends, however it ends.
func lockFolder(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unwritable(dir, err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("the data folder %s is %w%s: stop that one, or choose another folder with --data-dir", dir, ErrInUse, holder(file))
	}
	if err != nil {
		return nil, fmt.Errorf("lock the data folder %s: %w", dir, err)
	}
	// The file stays when the lock goes: removing it would let two processes hold locks on two files of one name.
	if err := note(file); err != nil {
		return nil, unwritable(dir, err)
	}
	return func() { file.Close() }, nil
}

func unwritable(dir string, err error) error {
	return fmt.Errorf("the data folder %s cannot be written: %w: make it writable, or choose another folder with --data-dir", dir, plainly(err))
}

// note leaves this process's id in the lock file, for the message that another one gets.
func note(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// holder is " (process N)", or nothing when the file does not say.
func holder(file *os.File) string {
	b := make([]byte, 20)
	n, _ := file.ReadAt(b, 0) // a short file is as good as none
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

const keySize = 32

// signingKey reads the key or makes one. The file is whole or not there: a torn key would end every buyer's session.
func signingKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	switch {
	case err == nil && len(key) == keySize:
		return key, nil
	case err == nil:
		return nil, fmt.Errorf("%s has %d bytes, not %d: restore it, or delete it, which ends all sessions", path, len(key), keySize)
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	key = make([]byte, keySize)
	rand.Read(key) // never fails
	if err := writeWhole(path, key); err != nil {
		return nil, unwritable(filepath.Dir(path), err)
	}
	return key, nil
}

func writeWhole(path string, content []byte) (err error) {
	// os.CreateTemp gives mode 0600.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
