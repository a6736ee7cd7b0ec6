using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ImageStorage.Providers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>
/// Makes the calls of one kind by the pipelines of a provider, and reports what they refuse as failures of the provider.
/// </summary>
internal sealed class ResilienceCalls(ProviderPipelines pipelines, AttemptKind attempt, string provider)
{
    /// <summary>For what must not happen twice, or answers otherwise the second time: conditional writes, deletes.</summary>
    public Task<TResult> OnceAsync<TState, TResult>(TState state, Func<TState, AttemptTime, Task<TResult>> call, CancellationToken cancellationToken) =>
        MakeAsync(state, call, mayRepeat: false, null, cancellationToken);

    /// <summary>For reads, unconditional updates and saves.</summary>
    public Task<TResult> RepeatedAsync<TState, TResult>(TState state, Func<TState, AttemptTime, Task<TResult>> call, CancellationToken cancellationToken, ImageContent? content = null) =>
        MakeAsync(state, call, mayRepeat: true, content, cancellationToken);

    /// <summary>Was the provider not asked at all, so that a write can have had no effect?</summary>
    public static bool WasNotAsked(StorageUnavailableException exception) => exception.InnerException is BrokenCircuitException;

    // As this stands in the way of every call, the first attempt is this method and the next one: each one more would be one more to resume when the provider answers.
    private async Task<TResult> MakeAsync<TState, TResult>(
        TState state, Func<TState, AttemptTime, Task<TResult>> call, bool mayRepeat, ImageContent? content, CancellationToken cancellationToken)
    {
        var start = mayRepeat ? pipelines.Now() : 0;
        Outcome<object> outcome;
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            outcome = await AttemptAsync(context, state, call).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        if (outcome.Exception is null)
        {
            return (TResult)outcome.Result!;
        }

        var left = mayRepeat ? attempt.Whole - pipelines.Elapsed(start) : TimeSpan.Zero;
        return left > TimeSpan.Zero && pipelines.IsWorthRepeating(outcome.Exception, content)
            ? await RepeatAsync(outcome.Exception, left, state, call, content, cancellationToken).ConfigureAwait(false)
            : throw Explained(outcome.Exception);
    }

    // The breaker judges results of any type as objects; of another type each would be converted for it and back, by an asynchronous method either way.
    private ValueTask<Outcome<object>> AttemptAsync<TState, TResult>(ResilienceContext context, TState state, Func<TState, AttemptTime, Task<TResult>> call) =>
        attempt.Breaker.ExecuteOutcomeAsync(static (context, made) => LimitedAsync(made.Times, made.call, made.state, context.CancellationToken), context, (attempt.Times, call, state));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Outcome<object>> LimitedAsync<TState, TResult>(
        AttemptTimes times, Func<TState, AttemptTime, Task<TResult>> call, TState state, CancellationToken cancellationToken)
    {
        var time = times.Begin();
        var ending = cancellationToken.UnsafeRegister(static time => ((AttemptTime)time!).Cancel(), time);
        try
        {
            return Outcome.FromResult<object>(await call(state, time).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception) when (time.Passed is { } passed && !cancellationToken.IsCancellationRequested)
        {
            return Outcome.FromException<object>(new TimeoutRejectedException("The attempt took too long, or stalled.", passed, exception));
        }
        catch (Exception exception)
        {
            // Not swallowed: the breaker judges it, and the caller throws it.
            return Outcome.FromException<object>(exception);
        }
        finally
        {
            ending.Dispose();
            times.End(time);
        }
    }

    private async Task<TResult> RepeatAsync<TState, TResult>(
        Exception first, TimeSpan left, TState state, Func<TState, AttemptTime, Task<TResult>> call, ImageContent? content, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        ProviderPipelines.Prepare(context, left, content);
        var known = first;
        try
        {
            // What it takes for the first attempt is the one that has been made: its failure decides how long to wait.
            var outcome = await pipelines.Repeat.ExecuteOutcomeAsync(
                async (context, _) => Interlocked.Exchange(ref known, null) is { } failure
                    ? Outcome.FromException<object>(failure)
                    : await AttemptAgainAsync(state, call, content, context.CancellationToken).ConfigureAwait(false),
                context,
                0).ConfigureAwait(false);
            return outcome.Exception is null ? (TResult)outcome.Result! : throw Explained(outcome.Exception, left, attempt.Whole);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<Outcome<object>> AttemptAgainAsync<TState, TResult>(
        TState state, Func<TState, AttemptTime, Task<TResult>> call, ImageContent? content, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            return await AttemptAsync(context, (state, call, content), static (again, time) => RewoundAsync(again.state, again.call, again.content, time)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async Task<TResult> RewoundAsync<TState, TResult>(TState state, Func<TState, AttemptTime, Task<TResult>> call, ImageContent? content, AttemptTime time)
    {
        if (content is not null)
        {
            time.BeginReading();
            await content.RewindAsync(time.Token).ConfigureAwait(false);
            time.EndReading(0);
        }

        return await call(state, time).ConfigureAwait(false);
    }

    private Exception Explained(Exception exception, TimeSpan left = default, TimeSpan whole = default)
    {
        switch (exception)
        {
            case TimeoutRejectedException timeout:
                var limit = timeout.Timeout == left ? whole : timeout.Timeout;
                return new StorageUnavailableException(
                    $"{provider} did not answer within {limit.TotalSeconds:0.#} seconds. Whether a write had its effect is unknown. Try again later, or allow more time (ResilienceOptions).", exception)
                {
                    Provider = provider,
                };
            case BrokenCircuitException:
                return new StorageUnavailableException($"{provider} was not asked: too many of its calls have failed, and it is tried again in a moment. See its failures before this one.", exception) { Provider = provider };
            default:
                ExceptionDispatchInfo.Throw(exception);
                return exception;
        }
    }
}
