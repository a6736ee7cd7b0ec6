using System.Runtime.CompilerServices;
using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Images whose bytes are missing or unreadable are reported with the catalog. The content's own finding about the
        // same bytes, if there is one, is then not a second damage.
        var reported = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in HalfVerification.Of(_catalog, null).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (await JudgeRecordAsync(item, reported, cancellationToken).ConfigureAwait(false) is { } judged)
            {
                yield return judged;
            }
        }

        if (!await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false))
        {
            yield break;
        }

        await foreach (var item in HalfVerification.Of(_content.Provider, ContentReference.Prefix).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (await JudgeContentAsync(item, reported, cancellationToken).ConfigureAwait(false) is { } judged)
            {
                yield return judged;
            }
        }
    }

    /// <summary>A finding of the catalog; null for a sound record whose bytes the content's verification is going to report.</summary>
    private async Task<VerificationItem?> JudgeRecordAsync(VerificationItem item, HashSet<string> reported, CancellationToken cancellationToken)
    {
        if (item.Status is not (VerificationStatus.Sound or VerificationStatus.NotIndexed or VerificationStatus.NotDecodable) || !ImageKey.TryParse(item.Name, out var key))
        {
            return item;
        }

        ContentReference? missing = null;
        while (true)
        {
            var record = await FindReplacedAsync(key, cancellationToken).ConfigureAwait(false);
            if (record.Reference is not { } reference)
            {
                return item;
            }

            var damage = await FindDamageAsync(key, record.Record!, reference, cancellationToken).ConfigureAwait(false);
            if (damage is null)
            {
                return item.Status == VerificationStatus.NotIndexed ? item : null;
            }

            // A second look, as for a read: it may have been replaced meanwhile.
            if (missing == reference)
            {
                reported.Add(reference.Id);
                return new VerificationItem(VerificationStatus.Corrupted, key.Value, 0, damage);
            }

            missing = reference;
        }
    }

    private async Task<string?> FindDamageAsync(ImageKey key, ImageInfo record, ContentReference reference, CancellationToken cancellationToken)
    {
        try
        {
            await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false);
            var stored = await _content.GetInfoAsync(key, reference, cancellationToken).ConfigureAwait(false);
            if (stored is null)
            {
                await _pairing.ConfirmContentAsync(cancellationToken).ConfigureAwait(false);
            }

            return stored is null ? $"its {reference.Length} bytes are missing in the content store, where they should be '{reference.Key}'"
                : stored.Digest != record.Digest ? $"'{reference.Key}' in the content store holds other bytes than the record says"
                : null;
        }
        catch (ImageCorruptedException exception)
        {
            return $"'{reference.Key}' in the content store: {exception.Reason ?? exception.Message}";
        }
    }

    /// <summary>A finding of the content store under the name of the image; null when there is nothing to report about it, or not twice.</summary>
    private async Task<VerificationItem?> JudgeContentAsync(VerificationItem item, HashSet<string> reported, CancellationToken cancellationToken)
    {
        if (!ContentReference.TryParseKey(item.Name, out var id))
        {
            // A store of one's own on the content side is nobody's business here, unless something is wrong there.
            return item.Status == VerificationStatus.Sound ? null : item with { Name = $"content: {item.Name}" };
        }

        if (reported.Contains(id))
        {
            return null;
        }

        ImageInfo? stored;
        try
        {
            stored = await _content.Provider.GetInfoAsync(ContentReference.KeyOf(id), cancellationToken).ConfigureAwait(false);
        }
        catch (ImageCorruptedException)
        {
            return item;
        }

        if (stored is null || ContentHalf.OwnerOf(stored) is not { } owner)
        {
            return stored is null ? null : item with { Status = VerificationStatus.Stray, Detail = "it does not say which image it belongs to; move it out of the content store" };
        }

        var record = await FindReplacedAsync(owner, cancellationToken).ConfigureAwait(false);
        if (record.Reference?.Id == id)
        {
            return item with { Name = owner.Value };
        }

        return await _sweeper.IsOrphanAsync(stored, cancellationToken).ConfigureAwait(false)
            ? new VerificationItem(VerificationStatus.Stray, item.Name, item.Bytes, "bytes that no image names any more, left by a crash; a sweep deletes them")
            : null;
    }
}
