using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>Marks a hybrid provider, so that it is found inside of its layers.</summary>
[TransparentAbility]
internal interface IHybridStore;
