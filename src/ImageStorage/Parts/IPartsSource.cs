using ImageStorage.Providers;

namespace ImageStorage.Parts;

/// <summary>
/// Defines the ability of a provider that is composed of several providers to list these. The health report and
/// <see cref="IStoreParts"/> both use the list, so they cannot disagree.
/// </summary>
[TransparentAbility]
internal interface IPartsSource
{
    /// <summary>
    /// Returns the members in the order of their use. A member has its own layers, and none of the composition. The names
    /// may be repeated.
    /// </summary>
    /// <param name="self">
    /// This provider with the layers around it, in its role. A composition that is a part itself, such as a hybrid
    /// provider, returns <paramref name="self"/> as the first member. Otherwise the first member takes the role over.
    /// </param>
    IReadOnlyList<StorePart> MembersOf(StorePart self);
}
