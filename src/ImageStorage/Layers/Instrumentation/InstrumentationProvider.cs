using System.Diagnostics;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>
/// The innermost layer: logs each call of one provider with its outcome and duration, the calls of its abilities
/// included. Keys, and exceptions, whose messages have keys, are logged at debug level only. Calls of documents and
/// probes are not logged: features poll documents, and report failures themselves.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="logger">The log of calls.</param>
/// <param name="store">The name of the store in messages.</param>
/// <param name="role">The role of the provider in the store.</param>
internal sealed class InstrumentationProvider(IImageProvider inner, ILogger logger, string store = "a store", string role = "Primary") : InterceptingImageProvider(inner)
{
    public override IDocumentStore Documents => Inner.Documents;

    public override Task CheckAsync(CancellationToken cancellationToken = default) => Inner.CheckAsync(cancellationToken);

    // The call is made here, so that work of the provider before its first await is timed, and an exception is logged.
    // Without a listener, a call that completes synchronously has no further cost.
    protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        Task<TResult> task;
        try
        {
            task = proceed(state, cancellationToken);
        }
        catch (Exception exception)
        {
            // The boundary of the provider: any exception is logged and passes through.
            task = Task.FromException<TResult>(exception);
        }

        return task.IsCompletedSuccessfully && !logger.IsEnabled(LogLevel.Debug) ? task : LogAsync(intercepted, started, task);
    }

    private async Task<TResult> LogAsync<TResult>(InterceptedCall call, long started, Task<TResult> task)
    {
        try
        {
            var result = await task.ConfigureAwait(false);
            if (logger.IsEnabled(LogLevel.Debug))
            {
                Log.Completed(logger, Name, OperationText.Of(call.Operation), call.Key ?? default, Stopwatch.GetElapsedTime(started).TotalMilliseconds, role, store);
            }

            return result;
        }
        catch (StorageCorruptedException exception)
        {
            Log.Corrupted(logger, Name, OperationText.Of(call.Operation), exception.GetType().Name, role, store);
            Log.FailedWith(logger, Name, OperationText.Of(call.Operation), call.Key ?? default, role, store, exception);
            throw;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageFullException)
        {
            Log.Failed(logger, Name, OperationText.Of(call.Operation), exception.GetType().Name, role, store);
            Log.FailedWith(logger, Name, OperationText.Of(call.Operation), call.Key ?? default, role, store, exception);
            throw;
        }
    }
}
