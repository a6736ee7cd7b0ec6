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
    protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proceed);
        ThrowIfWanted(new ProviderCall(intercepted.Operation, intercepted.Key, HasTakenEffect: false, intercepted.Name));
        var result = await proceed(state, cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfWanted(new ProviderCall(intercepted.Operation, intercepted.Key, HasTakenEffect: true, intercepted.Name));
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
