using System.Runtime.CompilerServices;
using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Images with missing or unreadable content are reported with the catalog. A finding of the content store about
        // the same content is not reported twice.
        var reported = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in PartVerification.Of(_catalog, null).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (await EvaluateRecordAsync(item, reported, cancellationToken).ConfigureAwait(false) is { } judged)
            {
                yield return judged;
            }
        }

        if (!await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false))
        {
            yield break;
        }

        await foreach (var item in PartVerification.Of(_content.Provider, ContentReference.Prefix).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (await EvaluateContentAsync(item, reported, cancellationToken).ConfigureAwait(false) is { } judged)
            {
                yield return judged;
            }
        }
    }

    /// <summary>
    /// Evaluates a finding of the catalog. Returns <see langword="null"/> for a sound record whose content is reported
    /// with the content store.
    /// </summary>
    private async Task<VerificationItem?> EvaluateRecordAsync(VerificationItem item, HashSet<string> reported, CancellationToken cancellationToken)
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

            // Read twice, as a read does: the image may have been replaced in the meantime.
            if (missing == reference)
            {
                reported.Add(reference.Id);
                return new VerificationItem { Status = VerificationStatus.Corrupted, Name = key.Value, Detail = damage };
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

            return stored is null ? $"the {reference.Length} bytes '{reference.Key}' are missing in the content store"
                : !stored.Digest.IsOfSameBytes(record.Digest) ? $"the bytes of '{reference.Key}' in the content store do not match the record"
                : null;
        }
        catch (ImageCorruptedException exception)
        {
            return $"'{reference.Key}' in the content store: {exception.Reason ?? exception.Message}";
        }
    }

    /// <summary>
    /// Evaluates a finding of the content store under the key of the image. Returns <see langword="null"/> if there is
    /// nothing to report.
    /// </summary>
    private async Task<VerificationItem?> EvaluateContentAsync(VerificationItem item, HashSet<string> reported, CancellationToken cancellationToken)
    {
        if (!ContentReference.TryParseKey(item.Name, out var id))
        {
            // Other images in the content store are reported only if they are damaged.
            return item.Status == VerificationStatus.Sound ? null : item with { Kind = VerificationKind.Other, Name = $"content: {item.Name}" };
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
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            return item with { Kind = VerificationKind.Other };
        }

        if (stored is null || ContentPart.OwnerOf(stored) is not { } owner)
        {
            return stored is null ? null : item with { Status = VerificationStatus.Orphan, Kind = VerificationKind.Other, Detail = "the content does not name its image; move the entry out of the content store" };
        }

        ReplacedVersion record;
        try
        {
            record = await FindReplacedAsync(owner, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageNotSupportedException exception) when (exception.Key == owner)
        {
            // A newer version of the library wrote the record, which is reported with the catalog and may refer to the content.
            return item.Status is VerificationStatus.Sound or VerificationStatus.NotDecodable ? null : item with { Name = owner.Value };
        }

        if (record.Reference?.Id == id)
        {
            return item with { Name = owner.Value };
        }

        return await _sweeper.IsOrphanAsync(stored, cancellationToken).ConfigureAwait(false)
            ? new VerificationItem { Status = VerificationStatus.Orphan, Kind = VerificationKind.Other, Name = item.Name, Bytes = item.Bytes, Detail = "content without a record, left by a crash; a sweep deletes it" }
            : null;
    }
}
