using System.Buffers;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The verification of one half: its own, or, for a provider that has none, all its images read through.</summary>
internal static class HalfVerification
{
    private const int PageLength = 200;
    private const int BufferLength = 128 << 10;

    public static IAsyncEnumerable<VerificationItem> Of(IImageProvider half, string? prefix) =>
        half.GetAbility<IVerifiableProvider>() is { } verifiable ? verifiable.VerifyAsync() : ReadAllAsync(half, prefix);

    private static async IAsyncEnumerable<VerificationItem> ReadAllAsync(IImageProvider half, string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = prefix, Limit = PageLength };
        do
        {
            var page = await half.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var info in page.Items)
            {
                if (await ReadAsync(half, info.Key, cancellationToken).ConfigureAwait(false) is { } item)
                {
                    yield return item;
                }
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }

    private static async Task<VerificationItem?> ReadAsync(IImageProvider half, ImageKey key, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var image = await half.OpenReadAsync(key, null, cancellationToken).ConfigureAwait(false);
            if (image is null)
            {
                // Deleted since it was listed.
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

                // What was encoded has other bytes than the hash in the record is of.
                return image.Info.Encoding is not null || hash.GetCurrentHashAsUInt128() == image.Info.XxHash128
                    ? VerificationItem.OfMatching(key.Value, bytes, image.Info.Encoding)
                    : new VerificationItem(VerificationStatus.Corrupted, key.Value, bytes, "its bytes do not match their hash");
            }
        }
        catch (ImageCorruptedException exception)
        {
            return new VerificationItem(VerificationStatus.Corrupted, key.Value, 0, exception.Reason ?? exception.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
