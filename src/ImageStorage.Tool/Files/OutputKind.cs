namespace ImageStorage.Tool.Files;

/// <summary>The ways in which an output of a command is written.</summary>
internal enum OutputKind
{
    /// <summary>A regular file, or a name that is free: replaced by a rename.</summary>
    Regular,

    /// <summary>A FIFO, a socket or a device node: opened and written.</summary>
    Special,

    /// <summary>An open descriptor of this process, such as standard output: written at its current position.</summary>
    Descriptor,
}
