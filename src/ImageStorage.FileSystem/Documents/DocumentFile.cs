using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.Documents;

/// <summary>
/// The format of a document file: the content, and a trailer of 32 bytes with a magic, a random version and the XXH128
/// of everything before.
/// </summary>
internal static class DocumentFile
{
    private const int VersionOffset = 8;
    private const int HashOffset = 16;
    private const int HashLength = 16;
    private const int TrailerLength = 32;

    private static ReadOnlySpan<byte> Magic => "ImgStDoc"u8;

    public static (byte[] Bytes, DocumentETag ETag) Write(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[content.Length + TrailerLength];
        content.CopyTo(bytes);
        var trailer = bytes.AsSpan(content.Length);
        Magic.CopyTo(trailer);
        var version = Random.Shared.NextInt64();
        BinaryPrimitives.WriteInt64LittleEndian(trailer[VersionOffset..], version);
        XxHash128.Hash(bytes.AsSpan(0, content.Length + HashOffset), trailer[HashOffset..]);
        return (bytes, ETagOf(version));
    }

    public static StoredDocument Read(VolumeFile file, DocumentName name)
    {
        var length = file.Length;
        if (length < TrailerLength || length > IDocumentStore.MaxContentLength + TrailerLength)
        {
            throw Damaged(name);
        }

        var bytes = new byte[length];
        var contentLength = bytes.Length - TrailerLength;
        Span<byte> hash = stackalloc byte[HashLength];
        if (file.Read(bytes, 0) != bytes.Length || !bytes.AsSpan(contentLength).StartsWith(Magic))
        {
            throw Damaged(name);
        }

        XxHash128.Hash(bytes.AsSpan(0, contentLength + HashOffset), hash);
        return bytes.AsSpan(contentLength + HashOffset).SequenceEqual(hash)
            ? new StoredDocument { Name = name, Content = bytes.AsMemory(0, contentLength), ETag = ETagOf(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(contentLength + VersionOffset))) }
            : throw Damaged(name);
    }

    /// <summary>Returns the exception for a link or a folder in place of a document.</summary>
    public static StorageCorruptedException Foreign(DocumentName name, Exception exception) =>
        new($"The document '{name}' in {FileSystemImageProvider.ProviderName} is damaged: a link or a folder is in its place. Remove the link or the folder, and restore the document from a copy.", exception) { Provider = FileSystemImageProvider.ProviderName };

    private static DocumentETag ETagOf(long version) => new(version.ToString("x16", CultureInfo.InvariantCulture));

    private static StorageCorruptedException Damaged(DocumentName name) =>
        new($"The document '{name}' in {FileSystemImageProvider.ProviderName} is damaged. Restore it from a copy, or delete it.") { Provider = FileSystemImageProvider.ProviderName };
}
