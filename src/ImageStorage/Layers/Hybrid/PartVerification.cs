using System.Buffers;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>Verifies one part: by its own verification, or by reading all images if the provider has none.</summary>
internal static class PartVerification
{
    private const int PageLength = 200;
    private const int BufferLength = 128 << 10;

    public static IAsyncEnumerable<VerificationItem> Of(IImageProvider part, string? prefix) =>
        part.GetAbility<IVerifiableProvider>() is { } verifiable ? verifiable.VerifyAsync() : ReadAllAsync(part, prefix);

    private static async IAsyncEnumerable<VerificationItem> ReadAllAsync(IImageProvider part, string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = prefix, Limit = PageLength };
        do
        {
            var page = await part.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var info in page.Items)
            {
                if (await ReadAsync(part, info.Key, cancellationToken).ConfigureAwait(false) is { } item)
                {
                    yield return item;
                }
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }

    private static async Task<VerificationItem?> ReadAsync(IImageProvider part, ImageKey key, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var image = await part.OpenReadAsync(key, null, cancellationToken).ConfigureAwait(false);
            if (image is null)
            {
                // The image was deleted after it was listed.
                return null;
            }

            await using (image.ConfigureAwait(false))
            {
                var hash = new XxHash128();
                long bytes = 0;
                int read;
                while ((read = await image.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    hash.Append(buffer.AsSpan(0, read));
                    bytes += read;
                }

                // The hash in the record is that of the image, not of its encoded bytes.
                return image.Info.Encoding is not null || hash.GetCurrentHashAsUInt128() == image.Info.XxHash128
                    ? VerificationItem.OfMatching(key.Value, bytes, image.Info.Encoding)
                    : new VerificationItem { Status = VerificationStatus.Corrupted, Name = key.Value, Bytes = bytes, Detail = "the bytes do not match the hash" };
            }
        }
        catch (ImageCorruptedException exception)
        {
            return new VerificationItem { Status = VerificationStatus.Corrupted, Name = key.Value, Detail = exception.Reason ?? exception.Message };
        }
        catch (StorageNotSupportedException exception) when (exception.Key == key)
        {
            return new VerificationItem { Status = VerificationStatus.Newer, Name = key.Value, Detail = exception.Reason ?? exception.Message };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
