using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Records for each call whether the replica answered, and rejects calls while the replica is paused.
/// </summary>
internal sealed class GuardedReplica(IImageProvider inner, ReplicaHealth health) : InterceptingImageProvider(inner)
{
    public override string ToString() => $"{Inner}";

    protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall call, TState state, Func<TState, CancellationToken, Task<TResult>> next, CancellationToken cancellationToken)
    {
        health.ThrowIfPaused();
        try
        {
            var answer = await next(state, cancellationToken).ConfigureAwait(false);
            health.RecordSuccess();
            return answer;
        }
        catch (StorageUnavailableException failure)
        {
            health.RecordFailure(failure);
            throw;
        }
    }
}
