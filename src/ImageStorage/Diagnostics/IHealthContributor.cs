namespace ImageStorage.Diagnostics;

/// <summary>
/// The ability of a layer or provider that is made of others to tell how it stands. Asked for by
/// <c>GetAbility</c>; who does not have it, and has nothing inside that has it, is one provider and is probed.
/// </summary>
internal interface IHealthContributor
{
    /// <summary>Looks at all that it is made of, by way of the survey.</summary>
    /// <param name="survey">Looks at a provider inside.</param>
    /// <param name="role">What the whole of it is for in the store.</param>
    Task<HealthFinding> LookAsync(HealthSurvey survey, ProviderRole role);
}
