using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>
/// The innermost layer: records and logs each call of one provider with its outcome and duration, the calls of its
/// abilities included, and reports damage. Keys, and exceptions, whose messages have keys, are logged at debug level only.
/// Of documents and probes only damage is logged: features poll documents, and report other failures themselves.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="logger">The log of calls.</param>
/// <param name="store">The name of the store in messages.</param>
/// <param name="role">The role of the provider in the store.</param>
/// <param name="corruption">Reports damage; null for a reporter that only logs.</param>
/// <param name="recorder">Records the calls; null for none.</param>
internal sealed class InstrumentationProvider(
    IImageProvider inner, ILogger logger, string store = "a store", ProviderRole role = ProviderRole.Primary, CorruptionReporter? corruption = null, PartRecorder? recorder = null) : InterceptingImageProvider(inner), IMeasuredPart
{
    private readonly CorruptionReporter _corruption = corruption ?? new(logger, inner, role, store);
    private readonly TimeProvider _clock = recorder?.Clock ?? TimeProvider.System;
    private readonly string _role = role.ToString();

    public PartRecorder? Recorder => recorder;

    private bool IsMeasured => recorder is not null || logger.IsEnabled(LogLevel.Debug);

    /// <summary>
    /// Saves an image. The duration is the time of the provider, without the reads of the source: a slow upload does not
    /// look like a slow provider.
    /// </summary>
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var timed = Timed(request);
        return InvokeAsync(new(ProviderOperation.Put, request.Key), (Inner, timed), static (call, token) => call.Inner.PutAsync(call.timed, token), timed.Content, cancellationToken);
    }

    private protected override Task<IPreparedImage> PrepareAsync(IAtomicProvider atomic, PutRequest request, CancellationToken cancellationToken)
    {
        var timed = Timed(request);
        return InvokeAsync(new(ProviderOperation.Prepare, request.Key), (atomic, timed), static (call, token) => call.atomic.PrepareAsync(call.timed, token), timed.Content, cancellationToken);
    }

    protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) =>
        InvokeAsync(intercepted, state, proceed, null, cancellationToken);

    private protected override void OnVerified(VerificationItem item)
    {
        if (item.Status is VerificationStatus.Corrupted or VerificationStatus.Missing)
        {
            _corruption.Report(item);
        }
    }

    private Task<TResult> InvokeAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, ImageContent? source, CancellationToken cancellationToken)
    {
        return recorder is not null && StorageInstruments.Activities.HasListeners()
            ? TraceAsync(intercepted, state, proceed, source, cancellationToken)
            : TimeAsync(intercepted, state, proceed, source, cancellationToken);
    }

    private async Task<TResult> TraceAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, ImageContent? source, CancellationToken cancellationToken)
    {
        using var activity = recorder!.StartActivity(intercepted.Operation);
        try
        {
            var result = await TimeAsync(intercepted, state, proceed, source, cancellationToken).ConfigureAwait(false);
            activity?.SetOutcome(OutcomeRules.OfResult(result));
            return result;
        }
        catch (Exception exception)
        {
            activity?.SetOutcome(OutcomeRules.Of(exception));
            throw;
        }
    }

    // The call is made here, so that work of the provider before its first await is timed, and an exception is logged.
    // A call that completes synchronously costs no allocation.
    private Task<TResult> TimeAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, ImageContent? source, CancellationToken cancellationToken)
    {
        var timing = new Timing(_clock.GetTimestamp(), source, source?.Waited ?? TimeSpan.Zero);
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

        // The bytes of an opened image may be damaged, which is found when they are read.
        if (!task.IsCompletedSuccessfully || logger.IsEnabled(LogLevel.Debug) || task.Result is StoredImage)
        {
            return CompleteAsync(intercepted, timing, task);
        }

        Record(intercepted.Operation, timing, task.Result);
        return task;
    }

    private async Task<TResult> CompleteAsync<TResult>(InterceptedCall call, Timing timing, Task<TResult> task)
    {
        try
        {
            var result = await task.ConfigureAwait(false);
            Record(call.Operation, timing, result);
            if (logger.IsEnabled(LogLevel.Debug) && IsLogged(call.Operation))
            {
                // Reads of the source may overlap writes, so the difference is a lower bound.
                var duration = _clock.GetElapsedTime(timing.Started) - timing.Waited;
                Log.Completed(logger, Name, OperationText.Of(call.Operation), call.Key ?? default, Math.Max(0, duration.TotalMilliseconds), _role, store);
            }

            return result is StoredImage image ? (TResult)(object)_corruption.Observe(image) : result;
        }
        catch (Exception exception)
        {
            // The boundary of the provider: any exception is recorded and passes through.
            recorder?.Record(call.Operation, OutcomeRules.Of(exception), timing.Started, timing.Waited, 0);
            Report(call, exception);
            throw;
        }
    }

    private void Record<TResult>(ProviderOperation operation, Timing timing, TResult result)
    {
        if (recorder is null)
        {
            return;
        }

        recorder.Record(operation, OutcomeRules.OfResult(result), timing.Started, timing.Waited, result switch
        {
            StoredImage image => image.Range.Length,
            ImageInfo info when operation == ProviderOperation.Put => info.Length,
            _ => 0,
        });
        if (result is StorageUsage usage)
        {
            recorder.Usage = usage with { CountedAt = _clock.GetUtcNow() };
        }
    }

    private void Report(InterceptedCall call, Exception exception)
    {
        switch (exception)
        {
            case StorageCorruptedException damage:
                _corruption.Report(OperationText.Of(call.Operation), call.Key, damage);
                break;
            case StorageUnavailableException or StorageFullException when IsLogged(call.Operation):
                Log.Failed(logger, Name, OperationText.Of(call.Operation), exception.GetType().Name, _role, store);
                Log.FailedWith(logger, Name, OperationText.Of(call.Operation), call.Key ?? default, _role, store, exception);
                break;
        }
    }

    private PutRequest Timed(PutRequest request) =>
        IsMeasured && request.Content.Waited is null ? request with { Content = new TimedContent(request.Content) } : request;

    private static bool IsLogged(ProviderOperation operation) => operation is not
        (ProviderOperation.Check or ProviderOperation.GetDocument or ProviderOperation.PutDocument or ProviderOperation.DeleteDocument or ProviderOperation.ListDocuments or ProviderOperation.ListCollections);

    /// <summary>The start of a call, and the time that its source had waited by then.</summary>
    private readonly record struct Timing(long Started, ImageContent? Source, TimeSpan WaitedBefore)
    {
        public TimeSpan Waited => (Source?.Waited ?? TimeSpan.Zero) - WaitedBefore;
    }
}
