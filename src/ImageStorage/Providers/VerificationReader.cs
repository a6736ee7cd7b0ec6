using System.Buffers;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace ImageStorage.Providers;

/// <summary>Verifies images by reading them, as an application does.</summary>
internal static class VerificationReader
{
    private const int BufferLength = 128 << 10;

    /// <summary>Reads all images, retained versions and documents in the range of the options.</summary>
    public static async IAsyncEnumerable<VerificationItem> ReadAllAsync(IImageProvider provider, VerificationOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new VerificationOptions();
        if (options.Images)
        {
            await foreach (var image in provider.WalkAsync(new WalkOptions { After = options.After, Prefix = options.Prefix }, cancellationToken).ConfigureAwait(false))
            {
                if (await ReadAsync(provider, image, cancellationToken).ConfigureAwait(false) is { } item)
                {
                    yield return item;
                }
            }

            if (options.Prefix is null && provider.GetAbility<IVersionKeeper>() is { } keeper)
            {
                await foreach (var item in keeper.VerifyRetainedAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return item;
                }
            }
        }

        if (options.Documents && options.Prefix is null)
        {
            await foreach (var item in provider.Documents.VerifyDocumentsAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
    }

    /// <summary>Reads all bytes of an image, and compares them with the hashes of its record.</summary>
    /// <param name="name">The name of the item.</param>
    /// <param name="open">Opens the image.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The finding; null if the image does not exist.</returns>
    public static async Task<VerificationItem?> ReadAsync(string name, Func<Task<StoredImage?>> open, CancellationToken cancellationToken)
    {
        long bytes = 0;
        try
        {
            if (await open().ConfigureAwait(false) is not { } image)
            {
                return null;
            }

            await using (image.ConfigureAwait(false))
            {
                using var hashes = new Hashes(image.Info);
                await ReadAsync(image.Content, hashes.Append, cancellationToken).ConfigureAwait(false);
                bytes = hashes.Bytes;
                return hashes.FindDefect() is { } defect
                    ? new VerificationItem { Status = VerificationStatus.Corrupted, Name = name, Bytes = bytes, Detail = defect }
                    : VerificationItem.OfMatching(name, bytes, image.Info.Encoding);
            }
        }
        catch (ImageStorageException failure) when (failure is StorageCorruptedException || (failure is StorageNotSupportedException && failure.Key is not null))
        {
            return VerificationItem.OfFailure(name, failure, bytes);
        }
    }

    private static Task<VerificationItem?> ReadAsync(IImageProvider provider, WalkedImage image, CancellationToken cancellationToken) =>
        image.Unlisted is { } unlisted ? Task.FromResult<VerificationItem?>(new VerificationItem { Status = unlisted.Status, Name = unlisted.Name, Detail = unlisted.Detail })
        : ReadAsync(image.Key!.Value.Value, () => provider.OpenReadAsync(image.Key.Value, null, cancellationToken), cancellationToken);

    private static async Task ReadAsync(Stream content, Action<ReadOnlySpan<byte>> append, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                append(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The hashes of bytes that are read. Those in a record are of the image, not of its encoded bytes.</summary>
    private sealed class Hashes(ImageInfo info) : IDisposable
    {
        private readonly XxHash128? _hash = info.Encoding is null ? new XxHash128() : null;
        private readonly IncrementalHash? _sha = info is { Encoding: null, Sha256: not null } ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

        public long Bytes { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            Bytes += bytes.Length;
            _hash?.Append(bytes);
            _sha?.AppendData(bytes);
        }

        public string? FindDefect() =>
            _hash is not null && _hash.GetCurrentHashAsUInt128() != info.XxHash128 ? "its bytes do not match the hash of its record"
            : _sha is not null && new Sha256Digest(_sha.GetCurrentHash()) != info.Sha256 ? "its bytes do not match the SHA-256 of its record"
            : null;

        public void Dispose() => _sha?.Dispose();
    }
}
