using System.Runtime.CompilerServices;
using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new VerificationOptions();

        // Content that is reported with its image is not reported again.
        var reported = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in VerificationExtensions.VerifyAsync(_catalog, options, cancellationToken).ConfigureAwait(false))
        {
            if (item.Kind == VerificationKind.Image)
            {
                if (await EvaluateRecordAsync(item, reported, cancellationToken).ConfigureAwait(false) is { } judged)
                {
                    yield return judged;
                }
            }
            else if (item.Kind != VerificationKind.RetainedVersion)
            {
                yield return item;
            }
        }

        if (options.Prefix is not null || !await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false))
        {
            yield break;
        }

        await foreach (var item in VerifyOthersAsync(options, reported, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    /// <summary>Verifies the retained versions, and what the content store has beside the content of images.</summary>
    private async IAsyncEnumerable<VerificationItem> VerifyOthersAsync(VerificationOptions options, HashSet<string> reported, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Images && RetainsVersions)
        {
            await foreach (var item in this.VerifyRetainedAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        await foreach (var item in _content.Provider.VerifyAsync(options with { After = null, Images = false }, cancellationToken).ConfigureAwait(false))
        {
            yield return item with { Name = InContent(item.Name) };
        }

        if (!options.Images)
        {
            yield break;
        }

        await foreach (var stored in _content.Provider.WalkAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (await EvaluateContentAsync(stored, reported, cancellationToken).ConfigureAwait(false) is { } item)
            {
                yield return item with { Kind = VerificationKind.Other, Name = InContent(item.Name) };
            }
        }
    }

    /// <summary>Evaluates a finding of the catalog about an image, and reads the content of a large image.</summary>
    /// <returns>The finding; null if the image was deleted in the meantime.</returns>
    private async Task<VerificationItem?> EvaluateRecordAsync(VerificationItem item, HashSet<string> reported, CancellationToken cancellationToken)
    {
        // For the catalog, a record with a reference is not decodable.
        if (item.Status is not (VerificationStatus.NotIndexed or VerificationStatus.NotDecodable)
            || !ImageKey.TryParse(item.Name, out var key)
            || (await FindReplacedAsync(key, cancellationToken).ConfigureAwait(false)).Reference is not { } reference)
        {
            return item;
        }

        var read = await VerificationReader.ReadAsync(key.Value, () => OpenReadAsync(key, null, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (read?.Status is VerificationStatus.Corrupted or VerificationStatus.Newer)
        {
            reported.Add(reference.Id);
            return read with { Detail = $"content '{reference.Key}': {read.Detail}" };
        }

        return read?.Status == VerificationStatus.Sound && item.Status == VerificationStatus.NotIndexed ? item with { Bytes = read.Bytes } : read;
    }

    /// <summary>
    /// Evaluates an entry of the content store. Returns <see langword="null"/> for content that an image refers to or may
    /// refer to: it was read with the image.
    /// </summary>
    private async Task<VerificationItem?> EvaluateContentAsync(WalkedImage stored, HashSet<string> reported, CancellationToken cancellationToken)
    {
        if (stored.Unlisted is { } unlisted)
        {
            return ContentReference.TryParseKey(unlisted.Name, out var damaged) && reported.Contains(damaged) ? null
                : new VerificationItem { Status = unlisted.Status, Name = unlisted.Name, Detail = unlisted.Detail };
        }

        var info = stored.Info!;
        if (!ContentReference.TryParseKey(info.Key.Value, out var id))
        {
            // Other images in the content store are reported only if they are damaged.
            var read = await VerificationReader.ReadAsync(info.Key.Value, () => _content.Provider.OpenReadAsync(info.Key, null, cancellationToken), cancellationToken).ConfigureAwait(false);
            return read?.Status == VerificationStatus.Sound ? null : read;
        }

        if (reported.Contains(id))
        {
            return null;
        }

        if (ContentPart.OwnerOf(info) is not { } owner)
        {
            return Orphan(info, "the content does not name its image; move the entry out of the content store");
        }

        try
        {
            return (await FindReplacedAsync(owner, cancellationToken).ConfigureAwait(false)).Reference?.Id != id && await _sweeper.IsOrphanAsync(info, cancellationToken).ConfigureAwait(false)
                ? Orphan(info, "content without a record, left by a crash; a sweep deletes it")
                : null;
        }
        catch (StorageNotSupportedException exception) when (exception.Key == owner)
        {
            // A newer version of the library wrote the record, which is reported with the catalog and may refer to the content.
            return null;
        }
    }

    private static VerificationItem Orphan(ImageInfo content, string detail) => new() { Status = VerificationStatus.Orphan, Name = content.Key.Value, Detail = detail };

    private static string InContent(string name) => $"content: {name}";
}
