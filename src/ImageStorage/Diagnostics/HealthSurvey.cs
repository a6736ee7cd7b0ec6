using ImageStorage.Providers;

namespace ImageStorage.Diagnostics;

/// <summary>Surveys a store, from the outermost layer inwards.</summary>
internal sealed class HealthSurvey(ProviderProbes probes, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Surveys a provider with all its parts.</summary>
    public Task<HealthFinding> SurveyAsync(IImageProvider provider, ProviderRole role) =>
        provider.GetAbility<IHealthContributor>() is { } contributor ? contributor.SurveyAsync(this, role) : ProbeAsync(provider, role);

    /// <summary>Probes a provider, without its parts.</summary>
    public async Task<HealthFinding> ProbeAsync(IImageProvider provider, ProviderRole role)
    {
        var probed = await probes.ProbeAsync(provider).ConfigureAwait(false);
        var entry = new ProviderHealth { Name = provider.Name, Role = role, IsReachable = probed.Failure is null, Failure = probed.Failure, Since = probed.Since };
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
