using ImageStorage.Providers;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Defines the ability of the instrumentation of a part to say where its calls are recorded.</summary>
[TransparentAbility]
internal interface IMeasuredPart
{
    /// <summary>Gets the recorder of the part; null if its calls are not recorded.</summary>
    PartRecorder? Recorder { get; }
}
