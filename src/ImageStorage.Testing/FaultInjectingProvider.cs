using ImageStorage.Providers;

namespace ImageStorage.Testing;

/// <summary>
/// Injects faults into the calls of a provider, of its documents and of its abilities: before a call has an effect, or
/// after the effect, as if the response was lost.
/// </summary>
/// <param name="inner">The provider to wrap. This object owns the provider.</param>
/// <param name="fault">Called before and after every call; returns the exception to throw, or null to continue.</param>
public sealed class FaultInjectingProvider(IImageProvider inner, Func<ProviderCall, Exception?> fault) : InterceptingImageProvider(inner)
{
    /// <inheritdoc/>
    protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall call, TState state, Func<TState, CancellationToken, Task<TResult>> next, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        ThrowIfWanted(new ProviderCall(call.Operation, call.Key, HasTakenEffect: false, call.Name));
        var result = await next(state, cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfWanted(new ProviderCall(call.Operation, call.Key, HasTakenEffect: true, call.Name));
            return result;
        }
        catch when (result is IDisposable or IAsyncDisposable)
        {
            // A lost answer must not leave a file, a connection or a staged image open.
            await DisposeAsync(result).ConfigureAwait(false);
            throw;
        }
    }

    private static ValueTask DisposeAsync(object opened)
    {
        if (opened is IAsyncDisposable disposable)
        {
            return disposable.DisposeAsync();
        }

        ((IDisposable)opened).Dispose();
        return ValueTask.CompletedTask;
    }

    private void ThrowIfWanted(ProviderCall call)
    {
        if (fault(call) is { } failure)
        {
            throw failure;
        }
    }
}
