using ImageStorage.Providers;

namespace ImageStorage.Diagnostics;

/// <summary>Surveys a store, from the outermost layer inwards.</summary>
internal sealed class HealthSurvey(ProviderProbes probes, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Surveys a part with all its parts, by a provider that calls the provider of the part.</summary>
    public Task<HealthFinding> SurveyAsync(IImageProvider provider, StorePart part) =>
        provider.GetAbility<IHealthContributor>() is { } contributor ? contributor.SurveyAsync(this, part) : ProbeAsync(provider, part);

    /// <summary>Probes a part, without its parts.</summary>
    public async Task<HealthFinding> ProbeAsync(IImageProvider provider, StorePart part)
    {
        var probed = await probes.ProbeAsync(provider).ConfigureAwait(false);
        var entry = new ProviderHealth { Name = part.Name, Role = part.Role, IsReachable = probed.Failure is null, Failure = probed.Failure, Since = probed.Since };
        return new HealthFinding(probed.Failure is null ? StorageHealthState.Healthy : StorageHealthState.Unavailable, [entry]);
    }

    /// <summary>
    /// Makes another call within the time limit of a probe. Returns the default value if the call fails or the time is
    /// over.
    /// </summary>
    public async Task<T?> TryGetAsync<T>(Func<CancellationToken, Task<T>> get)
    {
        using var limit = new CancellationTokenSource(ProviderProbes.Limit, clock);
        try
        {
            return await get(limit.Token).WaitAsync(ProviderProbes.Limit, clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException or TimeoutException)
        {
            // The entry of the failed provider contains the failure.
            return default;
        }
    }
}
