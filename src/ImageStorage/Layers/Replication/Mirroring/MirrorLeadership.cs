using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Decides which side is read and written first, and whether one may stand in for the other. The primary leads, unless the mirror says that it
/// is ahead. What is known of a side that does not answer is what it said when it was last seen, or what the other one has written down.
/// </summary>
internal sealed class MirrorLeadership(MirrorSide primary, MirrorSide mirror, MirrorPairing pairing, MirrorOptions options, ILogger logger)
{
    /// <summary>Is it known that the two sides belong together?</summary>
    public bool IsPaired => pairing.IsPaired;

    /// <summary>The side to begin with.</summary>
    /// <exception cref="StorageUnavailableException">The mirror may be ahead, and does not answer.</exception>
    public async ValueTask<MirrorSide> LeaderAsync(ImageKey? key, CancellationToken cancellationToken)
    {
        if (!pairing.IsPaired)
        {
            await pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        }

        await KeepInSightAsync(primary, cancellationToken).ConfigureAwait(false);
        try
        {
            return await mirror.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false) ? primary : mirror;
        }
        catch (StorageUnavailableException failure)
        {
            await EnsureAloneAsync(key, primary, mirror, failure, cancellationToken).ConfigureAwait(false);
            return primary;
        }
    }

    /// <summary>Makes sure that a side has all that was ever acknowledged, as far as anybody can know, and that it says so to processes that start later.</summary>
    /// <exception cref="StorageUnavailableException">It is behind, or nobody knows.</exception>
    public async ValueTask EnsureAloneAsync(ImageKey? key, MirrorSide side, MirrorSide other, StorageUnavailableException? cause, CancellationToken cancellationToken)
    {
        if (other.WasAhead)
        {
            throw MirrorErrors.Behind(key, side.Name, other.Name, cause);
        }

        if ((!pairing.IsPaired || !other.WasSeen) && await side.Notes.GetLeadAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            if (!options.TrustLoneSide)
            {
                throw MirrorErrors.NotKnown(key, side.Name, other.Name, cause);
            }

            Log.LoneSideTrusted(logger, side.Name, other.Name);
        }

        await side.MarkLeadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does the mirror have the newest state of an image, or may a write that was cut off have left a newer one on the primary?</summary>
    /// <param name="key">The image.</param>
    /// <param name="except">The id of a write that does not count, as it is the one that asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> IsMirrorCurrentAsync(ImageKey key, string? except, CancellationToken cancellationToken)
    {
        var doubts = await mirror.Notes.ListDoubtsAsync(key, cancellationToken).ConfigureAwait(false);
        return doubts.TrueForAll(name => except is not null && name.Value.EndsWith(except, StringComparison.Ordinal)) || await RulesAsync(mirror, key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a side taken a write of an image without the other?</summary>
    public static async Task<bool> RulesAsync(MirrorSide side, ImageKey key, CancellationToken cancellationToken)
    {
        var notes = await side.Notes.ListHereAsync(key, cancellationToken).ConfigureAwait(false);
        if (notes.Count == 0)
        {
            return false;
        }

        var (info, isDamaged) = await side.FindAsync(key, cancellationToken).ConfigureAwait(false);
        foreach (var name in notes)
        {
            try
            {
                if (await side.Notes.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } note && HadEffect(note, info, isDamaged))
                {
                    return true;
                }
            }
            catch (StorageCorruptedException)
            {
                // What it stood for is lost; that there was something is not.
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Has the write of a note changed the side that it is on? One that is open may have been cut off before. Where a damaged record keeps that from being told, the
    /// other side counts: an open note stands for nothing that was ever acknowledged.
    /// </summary>
    public static bool HadEffect(MirrorNote note, ImageInfo? current, bool isDamaged) => !note.IsOpen || (!isDamaged && (current?.ETag.Value ?? string.Empty) != note.Base);

    private static async ValueTask KeepInSightAsync(MirrorSide side, CancellationToken cancellationToken)
    {
        try
        {
            await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // What it said last still counts, and whoever needs the side itself will say that it is down.
        }
    }
}
