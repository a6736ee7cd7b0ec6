namespace ImageStorage.Providers;

/// <summary>
/// Marks an ability that neither writes images nor returns their bytes. A layer passes such an ability of the inner
/// provider on (<see cref="DelegatingImageProvider.PassesOn"/>). A layer hides every other ability that it does not
/// handle, because the ability would bypass the layer.
/// </summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class TransparentAbilityAttribute : Attribute;
