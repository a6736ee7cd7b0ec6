using ImageStorage.Providers;

namespace ImageStorage.Diagnostics;

/// <summary>
/// Defines the ability of a layer, or of a provider with several parts, to report its health. A provider without this
/// ability, and without an inner provider that has it, is probed.
/// </summary>
[TransparentAbility]
internal interface IHealthContributor
{
    /// <summary>Surveys all parts and combines their states.</summary>
    /// <param name="survey">Surveys an inner provider.</param>
    /// <param name="part">This provider with the layers around it, in its role.</param>
    Task<HealthFinding> SurveyAsync(HealthSurvey survey, StorePart part);
}
