using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Records for each call whether the replica answered, and rejects calls while the replica is paused.
/// </summary>
internal sealed class GuardedReplica(IImageProvider inner, ReplicaHealth health) : InterceptingImageProvider(inner)
{
    public override string ToString() => $"{Inner}";

    protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        health.ThrowIfPaused();
        try
        {
            var answer = await proceed(state, cancellationToken).ConfigureAwait(false);
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
