@echo off
rem The command line of the extension that this lies in, on the editor's own Node; in VS Code's terminals only.
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined GLANCE_IMAGES_NODE set GLANCE_IMAGES_NODE=node
"%GLANCE_IMAGES_NODE%" "%~dp0..\..\dist\cli.cjs" %*
