namespace ImageStorage.Mirroring;

/// <summary>A deletion.</summary>
internal sealed class MirrorDelete(ImageKey key, DeleteOptions? options) : MirrorWrite<bool>(new MirrorImage(key))
{
    public override bool NeedsState => options?.Precondition is not null;

    public override async Task<bool> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        await writeHint(string.Empty, cancellationToken).ConfigureAwait(false);
        return await replica.Provider.DeleteAsync(key, options, cancellationToken).ConfigureAwait(false);
    }

    public override string? VersionOf(bool answer) => null;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, bool answer, CancellationToken cancellationToken)
    {
        await mirror.Provider.DeleteAsync(key, null, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
