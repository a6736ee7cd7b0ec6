using System.Text.Json;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Needles;

/// <summary>The part of an image file behind its payload, read and checked.</summary>
/// <param name="Info">The record.</param>
/// <param name="Table">The hashes of the blocks of the payload.</param>
internal readonly record struct NeedleTail(ImageInfo Info, ReadOnlyMemory<byte> Table)
{
    /// <summary>The number of bytes of the payload.</summary>
    public long StoredLength => Info.Encoding?.StoredLength ?? Info.Length;

    private const int GuessedLength = 4096;

    /// <summary>Reads the tail of an open file: one read for all but very large images.</summary>
    public static NeedleTail Read(VolumeFile file, ImageKey? key)
    {
        var fileLength = file.Length;
        Span<byte> guess = stackalloc byte[GuessedLength];
        var start = Math.Max(0, fileLength - GuessedLength);
        var read = guess[..(int)(fileLength - start)];
        if (file.Read(read, start) != read.Length)
        {
            throw Corrupted(key, "it became shorter while it was read");
        }

        var tailLength = TailLength(read, fileLength, key, out var payloadLength, out var recordLength);
        if (tailLength <= read.Length)
        {
            return Parse(read[^tailLength..], payloadLength, recordLength, key);
        }

        var tail = new byte[tailLength];
        return file.Read(tail, payloadLength) == tail.Length
            ? Parse(tail, payloadLength, recordLength, key)
            : throw Corrupted(key, "it became shorter while it was read");
    }

    /// <summary>Reads the tail out of a whole file in memory.</summary>
    public static NeedleTail Read(ReadOnlySpan<byte> file, ImageKey? key)
    {
        var tailLength = TailLength(file, file.Length, key, out var payloadLength, out var recordLength);
        return Parse(file[^tailLength..], payloadLength, recordLength, key);
    }

    public static ImageCorruptedException Corrupted(ImageKey? key, string what)
    {
        var message = key is { } known
            ? $"Image '{known}' in {FileSystemImageProvider.ProviderName} is damaged: {what}. Its bytes are not returned; restore it from a copy, or delete it."
            : $"An image file in {FileSystemImageProvider.ProviderName} is damaged: {what}.";
        return new ImageCorruptedException(message) { Key = key, Provider = FileSystemImageProvider.ProviderName, Reason = what };
    }

    // A truncated file cannot be told from one that was never written by the library: both end without a trailer. What to do comes first for the usual case.
    private static ImageCorruptedException NotWritten(ImageKey? key)
    {
        const string What = "the file has no record: it was not written by the library, or was cut short";
        var message = key is { } known
            ? $"The file of image '{known}' in {FileSystemImageProvider.ProviderName} was not written by the library: it has no record. If it was put there by hand, import it: save its bytes under this key, or move it out of the store and run 'imagestorage import'. If it was saved before, it was cut short: restore it from a copy."
            : $"An image file in {FileSystemImageProvider.ProviderName} was not written by the library, or was cut short.";
        return new ImageCorruptedException(message) { Key = key, Provider = FileSystemImageProvider.ProviderName, Reason = What };
    }

    private static int TailLength(ReadOnlySpan<byte> end, long fileLength, ImageKey? key, out long payloadLength, out int recordLength)
    {
        payloadLength = 0;
        recordLength = 0;
        if (fileLength < NeedleFormat.TrailerLength)
        {
            throw NotWritten(key);
        }

        var length = NeedleFormat.TryReadTrailer(end[^NeedleFormat.TrailerLength..], fileLength, out payloadLength, out recordLength) switch
        {
            NeedleTrailerStatus.Missing => throw NotWritten(key),
            NeedleTrailerStatus.Damaged => throw Corrupted(key, "the lengths in its trailer contradict the file"),
            NeedleTrailerStatus.Newer => throw new StorageNotSupportedException($"Image '{key}' was written by a newer version of ImageStorage.FileSystem. Update the package.") { Key = key, Provider = FileSystemImageProvider.ProviderName },
            _ => NeedleFormat.TableLength(payloadLength) + recordLength + NeedleFormat.TrailerLength,
        };
        return length <= Array.MaxLength ? (int)length : throw Corrupted(key, "its record is too long");
    }

    private static NeedleTail Parse(ReadOnlySpan<byte> tail, long payloadLength, int recordLength, ImageKey? key)
    {
        if (!NeedleFormat.IsSound(tail))
        {
            throw Corrupted(key, "its record does not match its hash");
        }

        var tableLength = (int)NeedleFormat.TableLength(payloadLength);
        ImageInfo info;
        try
        {
            info = RecordJson.Read(tail.Slice(tableLength, recordLength));
        }
        catch (JsonException exception)
        {
            throw new ImageCorruptedException($"Image '{key}' in {FileSystemImageProvider.ProviderName} is damaged: its record cannot be read, {exception.Message}.", exception) { Key = key, Provider = FileSystemImageProvider.ProviderName };
        }

        if (key is { } expected && info.Key != expected)
        {
            throw Corrupted(key, $"the file under its name holds image '{info.Key}'; somebody copied or renamed it");
        }

        var storedLength = info.Encoding?.StoredLength ?? info.Length;
        return storedLength == payloadLength
            ? new NeedleTail(info, tail[..tableLength].ToArray())
            : throw Corrupted(key, "the length in its record contradicts the file");
    }
}
