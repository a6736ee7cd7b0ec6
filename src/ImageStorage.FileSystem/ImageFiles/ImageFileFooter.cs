using System.Text.Json;
using ImageStorage.Errors;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>The part of an image file behind its payload, read and checked.</summary>
/// <param name="Info">The record.</param>
/// <param name="Table">The hashes of the blocks of the payload.</param>
internal readonly record struct ImageFileFooter(ImageInfo Info, ReadOnlyMemory<byte> Table)
{
    /// <summary>The number of bytes of the payload.</summary>
    public long StoredLength => Info.Encoding?.StoredLength ?? Info.Length;

    private const int GuessedLength = 4096;

    /// <summary>Reads the footer of an open file: one read for all but very large images.</summary>
    public static ImageFileFooter Read(VolumeFile file, ImageKey? key)
    {
        var fileLength = file.Length;
        Span<byte> guess = stackalloc byte[GuessedLength];
        var start = Math.Max(0, fileLength - GuessedLength);
        var read = guess[..(int)(fileLength - start)];
        if (file.Read(read, start) != read.Length)
        {
            throw Corrupted(key, "it became shorter while it was read");
        }

        var footerLength = FooterLength(read, fileLength, key, out var payloadLength, out var recordLength);
        if (footerLength <= read.Length)
        {
            return Parse(read[^footerLength..], payloadLength, recordLength, key);
        }

        var footer = new byte[footerLength];
        return file.Read(footer, payloadLength) == footer.Length
            ? Parse(footer, payloadLength, recordLength, key)
            : throw Corrupted(key, "it became shorter while it was read");
    }

    /// <summary>Reads the footer out of a whole file in memory.</summary>
    public static ImageFileFooter Read(ReadOnlySpan<byte> file, ImageKey? key)
    {
        var footerLength = FooterLength(file, file.Length, key, out var payloadLength, out var recordLength);
        return Parse(file[^footerLength..], payloadLength, recordLength, key);
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

    private static int FooterLength(ReadOnlySpan<byte> end, long fileLength, ImageKey? key, out long payloadLength, out int recordLength)
    {
        payloadLength = 0;
        recordLength = 0;
        if (fileLength < ImageFileFormat.TrailerLength)
        {
            throw NotWritten(key);
        }

        var length = ImageFileFormat.TryReadTrailer(end[^ImageFileFormat.TrailerLength..], fileLength, out payloadLength, out recordLength) switch
        {
            TrailerStatus.Missing => throw NotWritten(key),
            TrailerStatus.Damaged => throw Corrupted(key, "the lengths in its trailer contradict the file"),
            TrailerStatus.Newer => throw new StorageNotSupportedException($"Image '{key}' was written by a newer version of ImageStorage.FileSystem. Update the package.") { Key = key, Provider = FileSystemImageProvider.ProviderName },
            _ => ImageFileFormat.TableLength(payloadLength) + recordLength + ImageFileFormat.TrailerLength,
        };
        return length <= Array.MaxLength ? (int)length : throw Corrupted(key, "its record is too long");
    }

    private static ImageFileFooter Parse(ReadOnlySpan<byte> footer, long payloadLength, int recordLength, ImageKey? key)
    {
        if (!ImageFileFormat.IsSound(footer))
        {
            throw Corrupted(key, "its record does not match its hash");
        }

        var tableLength = (int)ImageFileFormat.TableLength(payloadLength);
        ImageInfo info;
        try
        {
            info = RecordJson.Read(footer.Slice(tableLength, recordLength));
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
            ? new ImageFileFooter(info, footer[..tableLength].ToArray())
            : throw Corrupted(key, "the length in its record contradicts the file");
    }
}
