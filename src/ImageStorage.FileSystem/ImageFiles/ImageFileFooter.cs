using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>The verified footer of an image file: table, record and trailer, which follow the payload.</summary>
/// <param name="Info">The record.</param>
/// <param name="Table">The hashes of the blocks of the payload.</param>
internal readonly record struct ImageFileFooter(ImageInfo Info, ReadOnlyMemory<byte> Table)
{
    /// <summary>Gets the length of the payload in bytes.</summary>
    public long StoredLength => Info.Encoding?.StoredLength ?? Info.Length;

    private const int GuessedLength = 4096;

    /// <summary>Reads the footer of an open file. One read suffices for all but very large images.</summary>
    public static ImageFileFooter Read(VolumeFile file, ImageKey? key)
    {
        var fileLength = file.Length;
        Span<byte> guess = stackalloc byte[GuessedLength];
        var start = Math.Max(0, fileLength - GuessedLength);
        var read = guess[..(int)(fileLength - start)];
        if (file.Read(read, start) != read.Length)
        {
            throw Shortened(key);
        }

        var footerLength = FooterLength(read, fileLength, key, out var payloadLength, out var recordLength);
        if (footerLength <= read.Length)
        {
            return Parse(read[^footerLength..], payloadLength, recordLength, key);
        }

        var footer = new byte[footerLength];
        return file.Read(footer, payloadLength) == footer.Length
            ? Parse(footer, payloadLength, recordLength, key)
            : throw Shortened(key);
    }

    /// <summary>Reads the footer of a complete file in memory.</summary>
    public static ImageFileFooter Read(ReadOnlySpan<byte> file, ImageKey? key)
    {
        var footerLength = FooterLength(file, file.Length, key, out var payloadLength, out var recordLength);
        return Parse(file[^footerLength..], payloadLength, recordLength, key);
    }

    public static ImageCorruptedException Corrupted(ImageKey? key, string what, Exception? inner = null)
    {
        var message = key is { } known
            ? $"Image '{known}' in {FileSystemImageProvider.ProviderName} is damaged: {what}. Its bytes are not returned. Restore the image from a copy, or delete it."
            : $"An image file in {FileSystemImageProvider.ProviderName} is damaged: {what}.";
        return new ImageCorruptedException(message, inner) { Key = key, Provider = FileSystemImageProvider.ProviderName, Reason = what };
    }

    /// <summary>Returns the failure of a read that reached the end of the file too early.</summary>
    public static ImageCorruptedException Shortened(ImageKey? key) => Corrupted(key, "its file became shorter while it was read");

    // A truncated file and a file that the library did not write are indistinguishable: both end without a trailer. The
    // message begins with the remedy for the more frequent case.
    private static ImageCorruptedException NotWritten(ImageKey? key)
    {
        const string What = "the file has no record: the library did not write it, or it was truncated";
        var message = key is { } known
            ? $"The file of image '{known}' in {FileSystemImageProvider.ProviderName} has no record: it was not written by the library, or it was truncated. If the file was added by hand, save its bytes under this key, or move the file out of the store and run 'imagestorage import'. If the image was saved before, restore it from a copy."
            : $"An image file in {FileSystemImageProvider.ProviderName} was not written by the library, or was truncated.";
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
            TrailerStatus.Damaged => throw Corrupted(key, "the lengths in its trailer do not match the file"),
            TrailerStatus.Newer => throw ProviderErrors.Newer(key, FileSystemImageProvider.ProviderName),
            _ => BlockHashTable.LengthOf(payloadLength) + recordLength + ImageFileFormat.TrailerLength,
        };
        return length <= Array.MaxLength ? (int)length : throw Corrupted(key, "its record is too long");
    }

    private static ImageFileFooter Parse(ReadOnlySpan<byte> footer, long payloadLength, int recordLength, ImageKey? key)
    {
        if (!ImageFileFormat.IsSound(footer))
        {
            throw Corrupted(key, "its record does not match its hash");
        }

        var tableLength = (int)BlockHashTable.LengthOf(payloadLength);
        ImageInfo info;
        try
        {
            info = RecordCodec.Read(footer.Slice(tableLength, recordLength), key, FileSystemImageProvider.ProviderName);
        }
        catch (InvalidDataException exception)
        {
            throw Corrupted(key, exception.Message, exception);
        }

        var storedLength = info.Encoding?.StoredLength ?? info.Length;
        return storedLength == payloadLength
            ? new ImageFileFooter(info, footer[..tableLength].ToArray())
            : throw Corrupted(key, "the length in its record contradicts the file");
    }
}
