using ImageStorage.Caching.Entries;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>Opens the files of entries.</summary>
internal static class EntryReader
{
    // The front of all but very large images.
    private const int GuessedLength = 4096;

    /// <summary>The length of a file; null when there is none, or a link, which nothing here follows.</summary>
    public static long? LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && (file.Attributes & FileAttributes.ReparsePoint) == 0 ? file.Length : null;
    }

    /// <summary>Opens an entry and checks its front.</summary>
    /// <param name="path">The file.</param>
    /// <param name="store">The identity of the store.</param>
    /// <param name="key">The image.</param>
    /// <param name="opened">The entry, whose handle is the caller's; null when it is not sound.</param>
    /// <returns>False when there is none.</returns>
    public static bool TryOpen(string path, UInt128 store, ImageKey key, out OpenedEntry? opened)
    {
        opened = null;
        SafeFileHandle? handle = null;
        try
        {
            handle = Open(path);
            if (handle is null)
            {
                return false;
            }

            var length = RandomAccess.GetLength(handle);
            if (TryReadFront(handle, length, store, key, out var frontLength) is { } front)
            {
                opened = new OpenedEntry(handle, front, frontLength, length);
                handle = null;
            }

            return true;
        }
        catch (Exception exception) when (FileFaults.IsMissing(exception))
        {
            return false;
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    public static int Read(SafeFileHandle handle, Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], offset + total) is > 0 and var read)
        {
            total += read;
        }

        return total;
    }

    private static SafeFileHandle? Open(string path)
    {
        if (!OperatingSystem.IsWindows() && UnixOpen.IsKnown)
        {
            return UnixOpen.TryOpen(path);
        }

        return LengthOf(path) is null ? null : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Write | FileShare.Delete);
    }

    private static EntryFront? TryReadFront(SafeFileHandle handle, long length, UInt128 store, ImageKey key, out int frontLength)
    {
        Span<byte> guess = stackalloc byte[GuessedLength];
        var start = guess[..Read(handle, guess[..(int)Math.Min(GuessedLength, length)], 0)];
        frontLength = EntryFormat.TryReadFrontLength(start, length) ?? 0;
        if (frontLength == 0 || frontLength <= start.Length)
        {
            return frontLength == 0 ? null : EntryFormat.TryRead(start[..frontLength], store, key);
        }

        var front = new byte[frontLength];
        return Read(handle, front, 0) == frontLength ? EntryFormat.TryRead(front, store, key) : null;
    }
}
