using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>An image on both replicas.</summary>
internal sealed record MirrorImage(ImageKey Key) : MirrorItem(Key)
{
    public override ImageKey? Image => Key;

    protected override string HashedText => Key.Value;

    public override string ToString() => $"Image '{Key}'";

    public override async Task<MirrorState> FindAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        var (info, isDamaged) = await replica.FindAsync(Key, cancellationToken).ConfigureAwait(false);
        return new(info is null ? null : MirrorVersion.Of(info), isDamaged);
    }

    public override Task ApplyAsync(MirrorMove move, CancellationToken cancellationToken)
    {
        if (move.IsLeaderDamaged)
        {
            throw new ImageCorruptedException($"Image '{Key}' is damaged on {move.Leader.Name}, which has the winning version. Save the image again, or delete it.") { Key = Key, Provider = move.Leader.Name, Reason = "the winning version is damaged" };
        }

        // A damaged record has no version to protect and none that a precondition could name.
        Precondition? precondition = move.Replaced.IsDamaged ? null : move.Replaced.Version?.Image is { } replaced ? new IfMatch(replaced.ETag) : IfNoneMatch.Any;
        return move.Version?.Image is { } version
            ? CopyAsync(move, version, precondition, cancellationToken)
            : move.Follower.Provider.DeleteAsync(Key, new DeleteOptions { Precondition = precondition as IfMatch }, cancellationToken);
    }

    /// <summary>
    /// Retains the losing version as an image, unless only its version and its times differ from those of the winner.
    /// </summary>
    public override async Task<ImageInfo?> RetainReplacedAsync(MirrorMove move, CancellationToken cancellationToken)
    {
        var (version, follower) = (move.Replaced.Version!.Image!, move.Follower);
        if (move.Version?.Image is { } winner && SameRecord.Is(version with { CreatedAt = winner.CreatedAt }, winner))
        {
            return null;
        }

        var prefix = $"mirror-conflicts/{version.ETag}";
        var key = ImageKey.TryParse($"{prefix}/{version.Key}", out var full) ? full : prefix;
        var retained = await MirrorCopies.CopyAsync(follower, move.Leader, version, version, key, null, cancellationToken).ConfigureAwait(false);
        await MirrorCopies.CopyAsync(follower, follower, version, version, key, null, cancellationToken).ConfigureAwait(false);
        return retained;
    }

    public override DateTimeOffset TimeOf(MirrorVersion? version, List<MirrorHint> own) => version?.Image?.ModifiedAt ?? TimeOf(own);

    private async Task CopyAsync(MirrorMove move, ImageInfo version, Precondition? precondition, CancellationToken cancellationToken)
    {
        if (move.Replaced.Version?.Image is { } replaced && MirrorCopies.HaveSameBytes(replaced, version))
        {
            try
            {
                // Only the record is new. The follower's own bytes are used, because the leader's bytes may be damaged.
                await MirrorCopies.CopyAsync(move.Follower, move.Follower, replaced, version, Key, precondition, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ImageCorruptedException)
            {
                // The follower's bytes are damaged: copy from the leader.
            }
        }

        await MirrorCopies.CopyAsync(move.Leader, move.Follower, version, version, Key, precondition, cancellationToken).ConfigureAwait(false);
    }
}
