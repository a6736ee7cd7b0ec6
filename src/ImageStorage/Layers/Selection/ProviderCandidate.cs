using ImageStorage.Providers;

namespace ImageStorage.Selection;

/// <summary>One of the providers to choose from.</summary>
/// <param name="Name">The name in the configuration.</param>
/// <param name="Provider">The provider, which has not been used yet.</param>
internal sealed record ProviderCandidate(string Name, IImageProvider Provider)
{
    /// <summary>Gets the name, with the kind of provider if the name does not contain it.</summary>
    public string Described => string.Equals(Name, Provider.Name, StringComparison.OrdinalIgnoreCase) ? Name : $"{Name} ({Provider.Name})";
}
