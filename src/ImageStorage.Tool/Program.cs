using System.Text;
using ImageStorage.Tool;
using ImageStorage.Tool.Output;

// Keys may hold any letter; a Windows console would otherwise print question marks.
if (OperatingSystem.IsWindows())
{
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}

using var signals = new TerminationSignals();
return await signals.RunAsync(cancellationToken => ImageStorageTool.RunAsync(args, ToolConsole.ForProcess(), cancellationToken));
