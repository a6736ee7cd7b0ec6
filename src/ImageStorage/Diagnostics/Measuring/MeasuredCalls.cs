using System.Diagnostics;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Measures the operations of a store, as their caller sees them.</summary>
internal static class MeasuredCalls
{
    /// <summary>
    /// Makes a call and records it. A call that completes synchronously costs no allocation; without a recorder, nothing is
    /// measured.
    /// </summary>
    /// <typeparam name="TState">The target and the arguments of the call.</typeparam>
    /// <typeparam name="TResult">The result of the call.</typeparam>
    /// <param name="recorder">The recorder of the store; null for none.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="state">The target and the arguments of the call.</param>
    /// <param name="call">Makes the call.</param>
    public static Task<TResult> MeasureAsync<TState, TResult>(this OperationRecorder? recorder, StoreOperation operation, TState state, Func<TState, Task<TResult>> call)
    {
        if (recorder is null)
        {
            return call(state);
        }

        if (StorageInstruments.Activities.HasListeners())
        {
            return TraceAsync(recorder, operation, state, call);
        }

        var started = recorder.Clock.GetTimestamp();
        Task<TResult> task;
        try
        {
            task = call(state);
        }
        catch (Exception exception)
        {
            // The boundary of the measurement: any exception is recorded and passes through.
            recorder.Record(operation, OutcomeRules.Of(exception), started);
            throw;
        }

        if (!task.IsCompletedSuccessfully)
        {
            return CompleteAsync(recorder, operation, started, task);
        }

        recorder.Record(operation, OutcomeRules.OfResult(task.Result), started, bytes: BytesOf(task.Result));
        return task;
    }

    /// <summary>Starts the activity of an operation; null without a listener.</summary>
    public static Activity? StartActivity(this OperationRecorder recorder, StoreOperation operation) =>
        StorageInstruments.Activities.HasListeners()
            ? StorageInstruments.Activities.StartActivity($"imagestorage.{OperationRecorder.NameOf(operation)}")?.SetTag(StorageInstruments.StoreTag, recorder.Store)
            : null;

    /// <summary>Ends an activity with the outcome of its operation.</summary>
    public static void SetOutcome(this Activity activity, OperationOutcome outcome)
    {
        activity.SetTag(StorageInstruments.OutcomeTag, OutcomeRules.NameOf(outcome));
        if (OutcomeRules.IsError(outcome))
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static long BytesOf<TResult>(TResult result) => result is StoredImage image ? image.Range.Length : 0;

    private static async Task<TResult> CompleteAsync<TResult>(OperationRecorder recorder, StoreOperation operation, long started, Task<TResult> task)
    {
        try
        {
            var result = await task.ConfigureAwait(false);
            recorder.Record(operation, OutcomeRules.OfResult(result), started, bytes: BytesOf(result));
            return result;
        }
        catch (Exception exception)
        {
            recorder.Record(operation, OutcomeRules.Of(exception), started);
            throw;
        }
    }

    private static async Task<TResult> TraceAsync<TState, TResult>(OperationRecorder recorder, StoreOperation operation, TState state, Func<TState, Task<TResult>> call)
    {
        using var activity = recorder.StartActivity(operation);
        var started = recorder.Clock.GetTimestamp();
        try
        {
            var result = await call(state).ConfigureAwait(false);
            recorder.Record(operation, OutcomeRules.OfResult(result), started, bytes: BytesOf(result));
            activity?.SetOutcome(OutcomeRules.OfResult(result));
            return result;
        }
        catch (Exception exception)
        {
            recorder.Record(operation, OutcomeRules.Of(exception), started);
            activity?.SetOutcome(OutcomeRules.Of(exception));
            throw;
        }
    }
}
