using ImageStorage.Providers;

namespace ImageStorage.Selection;

/// <summary>One of the providers to choose from.</summary>
/// <param name="Name">What configuration calls it.</param>
/// <param name="Provider">The provider, which has not been used yet.</param>
internal sealed record ProviderCandidate(string Name, IImageProvider Provider)
{
    /// <summary>The name, and the kind of provider where the name does not say it.</summary>
    public string Described => string.Equals(Name, Provider.Name, StringComparison.OrdinalIgnoreCase) ? Name : $"{Name} ({Provider.Name})";
}
