using ImageStorage.Caching.Entries;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>Opens and reads the files of entries.</summary>
internal static class EntryReader
{
    // Long enough for the header of all but very large images.
    private const int GuessedLength = 4096;

    /// <summary>
    /// Returns the length of a file, or null if the file is missing or a link. Links are never followed.
    /// </summary>
    public static long? LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && (file.Attributes & FileAttributes.ReparsePoint) == 0 ? file.Length : null;
    }

    /// <summary>Opens an entry and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="store">The identity of the store.</param>
    /// <param name="key">The image.</param>
    /// <param name="opened">The entry, whose handle the caller owns; null if the entry is damaged.</param>
    /// <returns><see langword="false"/> if the file does not exist; otherwise <see langword="true"/>.</returns>
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
            if (TryReadHeader(handle, length, store, key, out var headerLength) is { } header)
            {
                opened = new OpenedEntry(handle, header, headerLength, length);
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

    private static EntryHeader? TryReadHeader(SafeFileHandle handle, long length, UInt128 store, ImageKey key, out int headerLength)
    {
        Span<byte> guess = stackalloc byte[GuessedLength];
        var start = guess[..Read(handle, guess[..(int)Math.Min(GuessedLength, length)], 0)];
        headerLength = EntryFormat.TryReadHeaderLength(start, length) ?? 0;
        if (headerLength == 0 || headerLength <= start.Length)
        {
            return headerLength == 0 ? null : EntryFormat.TryRead(start[..headerLength], store, key);
        }

        var header = new byte[headerLength];
        return Read(handle, header, 0) == headerLength ? EntryFormat.TryRead(header, store, key) : null;
    }
}
