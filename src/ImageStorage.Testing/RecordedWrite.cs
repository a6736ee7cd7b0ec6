using ImageStorage.Providers;

namespace ImageStorage.Testing;

/// <summary>A call of a hook that a <see cref="RecordingLayer"/> has recorded.</summary>
/// <param name="Key">The image.</param>
/// <param name="Hook">The hook.</param>
/// <param name="Outcome">The outcome of the write; null for the hooks before a write.</param>
public sealed record RecordedWrite(ImageKey Key, WriteHook Hook, WriteOutcome? Outcome = null);

/// <summary>The hooks of a <see cref="WriteLayer"/>.</summary>
public enum WriteHook
{
    /// <summary>Before a save, or before the preparation of an image for an atomic commit.</summary>
    BeforePut,

    /// <summary>Before a change of the record.</summary>
    BeforeUpdate,

    /// <summary>Before a deletion.</summary>
    BeforeDelete,

    /// <summary>Before the restore of a retained version.</summary>
    BeforeRestore,

    /// <summary>Before a copy, which is recorded with the key of the copy.</summary>
    BeforeCopy,

    /// <summary>After a write.</summary>
    AfterWrite,
}
